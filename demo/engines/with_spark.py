"""Clean Parquet or JSON Lines with Spark: with_spark.py IN OUT_FOLDER."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_type
from pyspark.sql.types import StructField, StructType

from cleanspam.arrow import CUTS, CleanTables

if __name__ == "__main__":
    source, target = sys.argv[1:]
    form = "parquet" if source.endswith(".parquet") else "json"
    spark = SparkSession.builder.getOrCreate()
    texts = spark.read.format(form).load(source)
    clean = CleanTables("text", cuts="cuts")
    schema = StructType([*texts.schema, StructField("cuts", from_arrow_type(CUTS))])  # schema.add would change the old one
    cleaned = texts.mapInArrow(clean.batches, schema)
    cleaned.write.mode("overwrite").format(form).save(target)
    spark.read.format(form).load(target).selectExpr("explode(cuts) as cut").groupBy("cut.rule").count().show()
