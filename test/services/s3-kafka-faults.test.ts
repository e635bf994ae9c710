import { sharedKafkaGround } from './kafka-helpers/fixture.ts';
import { faultMatrix } from './minio/matrix.ts';
import { shared } from './shared/shared.ts';

const ground = sharedKafkaGround();
faultMatrix(
  () => ground.log,
  () => shared('minio'),
);
