import { sharedKafkaFixture } from './kafka-helpers/fixture.ts';
import { faultMatrix } from './minio/matrix.ts';
import { shared } from './shared/shared.ts';

const fixture = sharedKafkaFixture();
faultMatrix(
  () => fixture.log,
  () => shared('minio'),
);
