"""Does to the Delta table of the second argument what the first says, with delta-rs; tells of it as one JSON object."""
import json, os, sys, time
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake

action, path = sys.argv[1:3]
began = time.perf_counter()
table = DeltaTable(path)
seconds = time.perf_counter() - began
if action == 'append':
    write_deltalake(path, table.to_pyarrow_table().slice(0, 10), mode='append')
elif action == 'compact':
    table.optimize.compact()
elif action == 'checkpoint':
    table.create_checkpoint()
elif action == 'load':
    print(json.dumps({'version': table.version(), 'seconds': seconds}), flush=True)
    os._exit(0)
rows = DeltaTable(path).to_pyarrow_table()
print(json.dumps({
    'version': DeltaTable(path).version(),
    'rows': rows.num_rows,
    'sum': pc.sum(rows['price']).as_py() if 'price' in rows.column_names else 0,
    'files': len(DeltaTable(path).file_uris()),
}), flush=True)
# Threads of the readers sometimes abort the interpreter while it ends.
os._exit(0)
