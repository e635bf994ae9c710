// Stands in for node-gyp-build-optional-packages in the single binary.
const loadAsset = require('./asset-addon.cjs');

let addon;

module.exports = function load() {
  addon ??= loadAsset('lmdb.node', "the embedded log's library");
  return addon;
};
