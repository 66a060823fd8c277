// Polars: medians per cell.
import { createRequire } from 'module';

const env = process.env;
const pl = createRequire(`${env.NPM_DIR}/`)('nodejs-polars');
const cell = (column, from, step) => pl.col(column).minus(pl.lit(Number(from)))
    .div(pl.lit(Number(step))).floor().cast(pl.Int32);
const cells = pl.scanCSV(env.ROWS_CSV)
    .filter(pl.col('lat_deg').gtEq(Number(env.Y0)).and(pl.col('lat_deg').lt(Number(env.Y1)))
        .and(pl.col('lon_deg').gtEq(Number(env.X0))).and(pl.col('lon_deg').lt(Number(env.X1)))
        .and(pl.col('acc_h95_m').ltEq(50))
        .and(pl.col('level_dbm').gtEq(-140)).and(pl.col('level_dbm').ltEq(-44)))
    .select(cell('lon_deg', env.X0, env.DX).alias('x'), cell('lat_deg', env.Y0, env.DY).alias('y'),
        pl.col('mccmnc'), pl.col('tech'), pl.col('level_dbm'))
    .groupBy(['x', 'y', 'mccmnc', 'tech'])
    .agg(pl.col('level_dbm').count().alias('n'), pl.col('level_dbm').median().alias('med'))
    .collectSync({ streaming: false });
console.log('cells', cells.height, cells.getColumn('n').sum(),
    cells.getColumn('med').sum().toFixed(2));
