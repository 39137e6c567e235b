#include "gateway/base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <thread>

#include "gateway/base/strings.h"

namespace kgw {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, RendersWhatPrometheusReads) {
  Metrics metrics;
  metrics.GetCounter("kgw_records_total", "Records by state.", {{"state", "mapped"}})->Add(3);
  metrics.GetCounter("kgw_records_total", "", {{"state", "parked"}})->Add();
  metrics.GetGauge("kgw_depth", "Waiting.", {{"destination", Tag("e\"h\\r")}})->Set(2.5);
  metrics.GetGauge("kgw_up", "Up.")->Set(1);
  EXPECT_EQ(metrics.Render(),
            "# HELP kgw_depth Waiting.\n# TYPE kgw_depth gauge\n"
            "kgw_depth{destination=\"e_h_r\"} 2.5\n"
            "# HELP kgw_records_total Records by state.\n# TYPE kgw_records_total counter\n"
            "kgw_records_total{state=\"mapped\"} 3\n"
            "kgw_records_total{state=\"parked\"} 1\n"
            "# HELP kgw_up Up.\n# TYPE kgw_up gauge\n"
            "kgw_up 1\n");
}

TEST(Metrics, HistogramsAreCumulative) {
  Metrics metrics;
  Histogram* histogram = metrics.GetHistogram("kgw_seconds", "Time.", {{"stage", "map"}});
  histogram->Observe(0.0001);
  histogram->Observe(0.002);
  histogram->Observe(99);
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("kgw_seconds_bucket{stage=\"map\",le=\"0.0001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("kgw_seconds_bucket{stage=\"map\",le=\"0.001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("kgw_seconds_bucket{stage=\"map\",le=\"0.0025\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("kgw_seconds_bucket{stage=\"map\",le=\"30\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("kgw_seconds_bucket{stage=\"map\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("kgw_seconds_sum{stage=\"map\"} 99.0021\n"));
  EXPECT_THAT(text, HasSubstr("kgw_seconds_count{stage=\"map\"} 3\n"));
}

TEST(Metrics, HistogramsHaveTheBoundsTheyWereAskedForFirst) {
  Metrics metrics;
  Histogram* histogram = metrics.GetHistogram("kgw_bytes", "Size.", {}, {10, 2000});
  EXPECT_EQ(metrics.GetHistogram("kgw_bytes", "Size.", {}, {5}), histogram);
  histogram->Observe(11);
  EXPECT_THAT(metrics.Render(), HasSubstr("kgw_bytes_bucket{le=\"10\"} 0\n"
                                          "kgw_bytes_bucket{le=\"2000\"} 1\n"
                                          "kgw_bytes_bucket{le=\"+Inf\"} 1\n"));
}

TEST(Metrics, TheSameSeriesIsTheSamePointer) {
  Metrics metrics;
  Counter* counter = metrics.GetCounter("a_total", "A.", {{"x", Tag("1")}});
  EXPECT_EQ(metrics.GetCounter("a_total", "A.", {{"x", Tag("1")}}), counter);
  EXPECT_NE(metrics.GetCounter("a_total", "A.", {{"x", Tag("2")}}), counter);
}

TEST(Metrics, SeriesAreBounded) {
  Metrics metrics;
  for (int i = 0; i < 5'000; ++i)
    metrics.GetCounter("b_total", "B.", {{"x", Tag(StrCat(i))}})->Add();
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("b_total{overflow=\"true\"} 4000\n"));
}

TEST(Metrics, ThreadsLoseNothing) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      Counter* counter = metrics.GetCounter("c_total", "C.");
      for (int i = 0; i < 10'000; ++i) counter->Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.GetCounter("c_total", "C.")->value(), 40'000u);
}

TEST(MetricsTypes, RunTimeTextDoesNotCompileAsALabel) {
  static_assert(!std::convertible_to<std::string, LabelValue>);
  static_assert(!std::convertible_to<std::string_view, LabelValue>);
  static_assert(std::convertible_to<Tag, LabelValue>);
}

}  // namespace
}  // namespace kgw
