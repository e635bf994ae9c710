// Stands in for lz4-napi in the single binary.
module.exports = require('./asset-addon.cjs')('lz4.node', "Kafka's lz4 library");
