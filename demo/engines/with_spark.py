"""Clean Parquet with Spark: with_spark.py IN.parquet OUT_FOLDER."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_type
from pyspark.sql.types import StructField, StructType

from cleanspam.arrow import CUTS, CleanTables

if __name__ == "__main__":
    source, target = sys.argv[1:]
    spark = SparkSession.builder.getOrCreate()
    texts = spark.read.parquet(source)
    clean = CleanTables("text", cuts="cuts")
    schema = StructType([*texts.schema, StructField("cuts", from_arrow_type(CUTS))])  # schema.add would change the old one
    cleaned = texts.mapInArrow(clean.batches, schema)
    cleaned.write.mode("overwrite").parquet(target)
    spark.read.parquet(target).selectExpr("explode(cuts) as cut").groupBy("cut.rule").count().show()
