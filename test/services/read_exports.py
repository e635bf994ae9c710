"""Compares tables of the lake (first argument) with their exports: for each file named after it, whether pandas finds the same values."""
import json, pathlib, sys
import pandas as pd
from deltalake import DeltaTable

lake = sys.argv[1]


def read(path):
    if path.suffix == '.parquet':
        return pd.read_parquet(path)
    if path.suffix == '.jsonl':
        return pd.read_json(path, lines=True, dtype=False, convert_dates=False, precise_float=True)
    return pd.read_csv(path, float_precision='round_trip')


def plain(value):
    """One form of values that pandas reads in different types."""
    if isinstance(value, str) and value.endswith('Z'):
        value = pd.Timestamp(value)
    if isinstance(value, pd.Timestamp):
        return (value.tz_localize('UTC') if value.tz is None else value).isoformat()
    if hasattr(value, 'tolist'):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if hasattr(value, 'year') else value


def rows(frame, columns):
    cells = [[plain(value) for value in row] for row in frame[columns].astype(object).values.tolist()]
    return sorted(cells, key=lambda row: json.dumps(row, default=str))


same = {}
for name in sys.argv[2:]:
    path = pathlib.Path(name)
    table = DeltaTable(f'{lake}/{path.stem}').to_pandas()
    nested = [name for name in table.columns if hasattr(table[name].iloc[0], 'tolist') and hasattr(table[name].iloc[0], '__len__')]
    columns = sorted(name for name in table.columns if path.suffix != '.csv' or name not in nested)
    found, expected = rows(read(path), columns), rows(table, columns)
    same[path.name] = {'rows': len(found), 'differences': [pair for pair in zip(found, expected) if pair[0] != pair[1]][:3], 'expected': len(expected)}
print(json.dumps(same, default=str))
