import { kafkaGround } from './kafka-helpers/ground.ts';
import { faultMatrix } from './minio/matrix.ts';

const ground = kafkaGround({ nodes: 1 });
faultMatrix(() => ground.log);
