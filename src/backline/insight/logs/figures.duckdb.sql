SELECT
  "t9"."events",
  "t9"."activities",
  "t9"."handovers",
  "t5"."cases",
  "t5"."variants",
  "t5"."median_days",
  "t5"."mean_days",
  "t5"."p90_days",
  "t5"."cases_with_repeats",
  "t8"."edges"
FROM (
  SELECT
    COUNT(*) AS "events",
    COUNT(DISTINCT "t0"."activity") AS "activities",
    COALESCE(
      SUM(
        CAST((
          "t0"."resource" IS NOT NULL
        )
        AND (
          "t0"."resource_before" IS NOT NULL
        )
        AND (
          "t0"."resource" <> "t0"."resource_before"
        ) AS BIGINT)
      ),
      0
    ) AS "handovers"
  FROM "chosen_steps" AS "t0"
) AS "t9"
CROSS JOIN (
  SELECT
    COUNT(*) AS "cases",
    COUNT(DISTINCT "t1"."variant") AS "variants",
    QUANTILE_CONT("t1"."lasted", 0.5) / 86400.0 AS "median_days",
    AVG("t1"."lasted") / 86400.0 AS "mean_days",
    QUANTILE_CONT("t1"."lasted", 0.9) / 86400.0 AS "p90_days",
    COALESCE(SUM(CAST("t1"."repeated" > 0 AS BIGINT)), 0) AS "cases_with_repeats"
  FROM "chosen_cases" AS "t1"
) AS "t5"
CROSS JOIN (
  SELECT
    COUNT(*) AS "edges"
  FROM (
    SELECT
      "t2"."activity_before",
      "t2"."activity",
      COUNT(*) AS "times",
      COUNT(DISTINCT "t2"."case_number") AS "cases",
      QUANTILE_CONT("t2"."waited", 0.5) AS "median_s",
      QUANTILE_CONT("t2"."waited", 0.9) AS "p90_s"
    FROM (
      SELECT
        *
      FROM "chosen_steps" AS "t0"
      WHERE
        "t0"."activity_before" IS NOT NULL
    ) AS "t2"
    GROUP BY
      1,
      2
  ) AS "t3"
) AS "t8"
