#include "gateway/base/metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cstdlib>
#include <sstream>
#include <utility>

namespace kgw {
namespace {

constexpr size_t kMaxSeries = 1000;

// In the order of the call, which is that of the text.
using LabelList = std::vector<prometheus::ClientMetric::Label>;

LabelList ListOf(const Labels& labels) {
  LabelList list;
  list.reserve(labels.size());
  for (const Label& label : labels) {
    list.push_back({std::string(label.name.text()), std::string(label.value.text())});
  }
  return list;
}

}  // namespace

Counter::Counter() : counter_(std::make_unique<prometheus::Counter>()) {}
Counter::~Counter() = default;
void Counter::Add(uint64_t amount) { counter_->Increment(static_cast<double>(amount)); }
uint64_t Counter::value() const { return static_cast<uint64_t>(counter_->Value()); }

Gauge::Gauge() : gauge_(std::make_unique<prometheus::Gauge>()) {}
Gauge::~Gauge() = default;
void Gauge::Set(double value) { gauge_->Set(value); }

const Bounds& SecondsBounds() {
  static const auto* const bounds =
      new Bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                 0.05,   0.1,     0.25,   0.5,   1,      5,     10,   30};
  return *bounds;
}

Histogram::Histogram(const Bounds& bounds)
    : histogram_(std::make_unique<prometheus::Histogram>(bounds)) {}
Histogram::~Histogram() = default;
void Histogram::Observe(double value) { histogram_->Observe(value); }

// One of them is there, by the family's kind.
struct Metrics::Series {
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Gauge> gauge;
  std::unique_ptr<Histogram> histogram;
};

struct Metrics::Family {
  Kind kind;
  std::string_view help;
  std::map<LabelList, Series> series;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Series& Metrics::SeriesOf(Kind kind, StaticText name, StaticText help,
                                   const Labels& labels) {
  std::unique_ptr<Family>& family = families_[std::string(name.text())];
  if (family == nullptr) family.reset(new Family{kind, help.text(), {}});
  // Two kinds under one name is a mistake in our own code, and no text could show both.
  if (family->kind != kind) std::abort();
  LabelList list = ListOf(labels);
  if (!family->series.contains(list) && family->series.size() >= kMaxSeries) {
    list = {{"overflow", "true"}};
  }
  return family->series[std::move(list)];
}

Counter* Metrics::GetCounter(StaticText name, StaticText help, const Labels& labels) {
  MutexLock lock(mutex_);
  std::unique_ptr<Counter>& counter = SeriesOf(Kind::kCounter, name, help, labels).counter;
  if (counter == nullptr) counter = std::make_unique<Counter>();
  return counter.get();
}

Gauge* Metrics::GetGauge(StaticText name, StaticText help, const Labels& labels) {
  MutexLock lock(mutex_);
  std::unique_ptr<Gauge>& gauge = SeriesOf(Kind::kGauge, name, help, labels).gauge;
  if (gauge == nullptr) gauge = std::make_unique<Gauge>();
  return gauge.get();
}

Histogram* Metrics::GetHistogram(StaticText name, StaticText help, const Labels& labels,
                                 const Bounds& bounds) {
  MutexLock lock(mutex_);
  std::unique_ptr<Histogram>& histogram = SeriesOf(Kind::kHistogram, name, help, labels).histogram;
  if (histogram == nullptr) histogram = std::make_unique<Histogram>(bounds);
  return histogram.get();
}

std::string Metrics::Render() const {
  static constexpr prometheus::MetricType kTypes[] = {prometheus::MetricType::Counter,
                                                      prometheus::MetricType::Gauge,
                                                      prometheus::MetricType::Histogram};
  std::vector<prometheus::MetricFamily> collected;
  {
    MutexLock lock(mutex_);
    for (const auto& [name, family] : families_) {
      prometheus::MetricFamily& all = collected.emplace_back();
      all.name = name;
      all.help = family->help;
      all.type = kTypes[static_cast<size_t>(family->kind)];
      for (const auto& [labels, series] : family->series) {
        all.metric.push_back(series.counter != nullptr ? series.counter->counter_->Collect()
                             : series.gauge != nullptr ? series.gauge->gauge_->Collect()
                                                       : series.histogram->histogram_->Collect());
        all.metric.back().label = labels;
      }
    }
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, collected);
  return std::move(text).str();
}

Metrics& GlobalMetrics() {
  static Metrics* const metrics = new Metrics;
  return *metrics;
}

}  // namespace kgw
