#ifndef GATEWAY_BASE_METRICS_H_
#define GATEWAY_BASE_METRICS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/base/tag.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

// Figures for Prometheus, kept and written by its client library behind types that let no patient
// data in: labels come from the source code or are Tags. A caller asks once for a series and keeps
// the pointer; counting is then one atomic addition.
//
//   Counter* mapped = GlobalMetrics().GetCounter("kgw_records_total", "Records by final state.",
//                                                {{"state", "mapped"}});
//   mapped->Add();
namespace kgw {

class Counter {
 public:
  Counter();
  ~Counter();
  void Add(uint64_t amount = 1);
  // Exact up to 2^53.
  uint64_t value() const;

 private:
  friend class Metrics;
  std::unique_ptr<prometheus::Counter> counter_;
};

class Gauge {
 public:
  Gauge();
  ~Gauge();
  void Set(double value);

 private:
  friend class Metrics;
  std::unique_ptr<prometheus::Gauge> gauge_;
};

// Upper bounds of a histogram's buckets, rising; what lies above the last has a bucket of its own.
using Bounds = std::vector<double>;
// For durations in seconds: from 100 microseconds to 30 seconds.
const Bounds& SecondsBounds();

class Histogram {
 public:
  explicit Histogram(const Bounds& bounds);
  ~Histogram();
  void Observe(double value);

 private:
  friend class Metrics;
  std::unique_ptr<prometheus::Histogram> histogram_;
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
  // A series keeps its first bounds.
  Histogram* GetHistogram(StaticText name, StaticText help, const Labels& labels = {},
                          const Bounds& bounds = SecondsBounds());

  // Prometheus' text format, version 0.0.4; families and series in the order of their names.
  std::string Render() const;

 private:
  struct Family;
  struct Series;
  enum class Kind { kCounter, kGauge, kHistogram };
  Series& SeriesOf(Kind kind, StaticText name, StaticText help, const Labels& labels)
      KGW_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>, std::less<>> families_ KGW_GUARDED_BY(mutex_);
};

// The process's own; lives for ever.
Metrics& GlobalMetrics();

}  // namespace kgw

#endif  // GATEWAY_BASE_METRICS_H_
