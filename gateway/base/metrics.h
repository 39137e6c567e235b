#ifndef GATEWAY_BASE_METRICS_H_
#define GATEWAY_BASE_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/tag.h"

// Figures for Prometheus. A caller asks once for a series and keeps the pointer; counting is then
// one atomic addition. Labels come from the source code or are Tags, so no patient data can enter.
//
//   Counter* mapped = GlobalMetrics().GetCounter("kgw_records_total", "Records by final state.",
//                                                {{"state", "mapped"}});
//   mapped->Add();
namespace kgw {

class Counter {
 public:
  void Add(uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Durations in seconds, in buckets from 100 microseconds to 30 seconds.
class Histogram {
 public:
  static constexpr std::array<double, 16> kBounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                     0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                                     1,      5,       10,     30};
  void Observe(double seconds);

  // Not cumulative; the last one is what lies above every bound.
  std::array<uint64_t, kBounds.size() + 1> buckets() const;
  double sum() const {
    return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
  }

 private:
  std::array<std::atomic<uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<int64_t> nanoseconds_{0};
};

class LabelValue {
 public:
  // NOLINTBEGIN(google-explicit-constructor)
  template <size_t N>
  consteval LabelValue(const char (&text)[N]) : fixed_(text, N - 1) {}
  LabelValue(StaticText text) : fixed_(text.text()) {}
  LabelValue(Tag tag) : owned_(std::make_shared<const std::string>(tag.text())), fixed_(*owned_) {}
  // NOLINTEND(google-explicit-constructor)
  std::string_view text() const { return fixed_; }

 private:
  std::shared_ptr<const std::string> owned_;
  std::string_view fixed_;
};

struct Label {
  StaticText name;
  LabelValue value;
};
using Labels = std::vector<Label>;

// Any thread. Pointers live as long as the Metrics. The same name and labels give the same series;
// a name keeps its first help text and must keep its kind. Beyond 1,000 series of one name, further
// ones share a series labelled overflow="true".
class Metrics {
 public:
  Metrics();
  ~Metrics();

  Counter* GetCounter(StaticText name, StaticText help, const Labels& labels = {});
  Gauge* GetGauge(StaticText name, StaticText help, const Labels& labels = {});
  Histogram* GetHistogram(StaticText name, StaticText help, const Labels& labels = {});

  // Prometheus' text format, version 0.0.4; families and series in the order of their names.
  std::string Render() const;

 private:
  struct Family;
  struct Series;
  enum class Kind { kCounter, kGauge, kHistogram };
  Series& SeriesOf(Kind kind, StaticText name, StaticText help, const Labels& labels);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>, std::less<>> families_;
};

// The process's own; lives for ever.
Metrics& GlobalMetrics();
inline std::string RenderMetrics() { return GlobalMetrics().Render(); }

}  // namespace kgw

#endif  // GATEWAY_BASE_METRICS_H_
