#include "gateway/base/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "gateway/base/strings.h"

namespace kgw {
namespace {

constexpr size_t kMaxSeries = 1000;

std::string LabelText(const Labels& labels) {
  std::string text;
  for (const Label& label : labels) {
    StrAppend(&text, text.empty() ? "" : ",", label.name.text(), "=\"");
    for (const char c : label.value.text()) {
      if (c == '\\' || c == '"') text.push_back('\\');
      text += c == '\n' ? "\\n" : std::string(1, c);
    }
    text.push_back('"');
  }
  return text;
}

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[32];
  std::snprintf(text, sizeof(text), "%.15g", value);
  return text;
}

void AppendSample(std::string* out, std::string_view name, std::string_view labels,
                  std::string_view value) {
  StrAppend(out, name);
  if (!labels.empty()) StrAppend(out, "{", labels, "}");
  StrAppend(out, " ", value, "\n");
}

void AppendHistogram(std::string* out, std::string_view name, std::string_view labels,
                     const Histogram& histogram) {
  const std::string bucket_name = StrCat(name, "_bucket");
  const std::string prefix = labels.empty() ? "" : StrCat(labels, ",");
  uint64_t total = 0;
  const auto buckets = histogram.buckets();
  for (size_t i = 0; i < buckets.size(); ++i) {
    total += buckets[i];
    const std::string bound =
        i < Histogram::kBounds.size() ? NumberText(Histogram::kBounds[i]) : "+Inf";
    AppendSample(out, bucket_name, StrCat(prefix, "le=\"", bound, "\""), StrCat(total));
  }
  AppendSample(out, StrCat(name, "_sum"), labels, NumberText(histogram.sum()));
  AppendSample(out, StrCat(name, "_count"), labels, StrCat(total));
}

}  // namespace

void Histogram::Observe(double seconds) {
  const auto* bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  buckets_[static_cast<size_t>(bound - kBounds.begin())].fetch_add(1, std::memory_order_relaxed);
  nanoseconds_.fetch_add(static_cast<int64_t>(seconds * 1e9), std::memory_order_relaxed);
}

std::array<uint64_t, Histogram::kBounds.size() + 1> Histogram::buckets() const {
  std::array<uint64_t, kBounds.size() + 1> copy{};
  for (size_t i = 0; i < copy.size(); ++i) copy[i] = buckets_[i].load(std::memory_order_relaxed);
  return copy;
}

struct Metrics::Series {
  Counter counter;
  Gauge gauge;
  std::unique_ptr<Histogram> histogram;
};

struct Metrics::Family {
  Kind kind;
  std::string_view help;
  std::map<std::string, Series> series;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Series& Metrics::SeriesOf(Kind kind, StaticText name, StaticText help,
                                   const Labels& labels) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Family>& family = families_[std::string(name.text())];
  if (family == nullptr) family.reset(new Family{kind, help.text(), {}});
  // Two kinds under one name is a mistake in our own code, and no text could show both.
  if (family->kind != kind) std::abort();
  std::string text = LabelText(labels);
  if (!family->series.contains(text) && family->series.size() >= kMaxSeries) {
    text = "overflow=\"true\"";
  }
  Series& series = family->series[text];
  if (kind == Kind::kHistogram && series.histogram == nullptr) {
    series.histogram = std::make_unique<Histogram>();
  }
  return series;
}

Counter* Metrics::GetCounter(StaticText name, StaticText help, const Labels& labels) {
  return &SeriesOf(Kind::kCounter, name, help, labels).counter;
}

Gauge* Metrics::GetGauge(StaticText name, StaticText help, const Labels& labels) {
  return &SeriesOf(Kind::kGauge, name, help, labels).gauge;
}

Histogram* Metrics::GetHistogram(StaticText name, StaticText help, const Labels& labels) {
  return SeriesOf(Kind::kHistogram, name, help, labels).histogram.get();
}

std::string Metrics::Render() const {
  static constexpr const char* kKinds[] = {"counter", "gauge", "histogram"};
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    StrAppend(&out, "# HELP ", name, " ", family->help, "\n# TYPE ", name, " ",
              kKinds[static_cast<size_t>(family->kind)], "\n");
    for (const auto& [labels, series] : family->series) {
      switch (family->kind) {
        case Kind::kCounter:
          AppendSample(&out, name, labels, StrCat(series.counter.value()));
          break;
        case Kind::kGauge:
          AppendSample(&out, name, labels, NumberText(series.gauge.value()));
          break;
        case Kind::kHistogram:
          AppendHistogram(&out, name, labels, *series.histogram);
          break;
      }
    }
  }
  return out;
}

Metrics& GlobalMetrics() {
  static Metrics* const metrics = new Metrics;
  return *metrics;
}

}  // namespace kgw
