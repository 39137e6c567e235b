#ifndef TESTS_SIMULATION_SENDER_H_
#define TESTS_SIMULATION_SENDER_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/intake/record_stream.h"
#include "tests/support/simulation/simulation.h"

namespace kgw::test {

// A clinic that sends its records by streams until all have their last word: when a stream ends or
// breaks it opens another, and goes on behind what was acknowledged.
class Sender final : public intake::StreamWire {
 public:
  // `records` in their wire form, also such as cannot be read.
  Sender(Simulation& simulation, const intake::RecordStream::Parts& parts, std::string name,
         std::vector<std::string> records)
      : simulation_(simulation),
        parts_(parts),
        name_(std::move(name)),
        records_(std::move(records)) {}

  void Open() {
    base_ = done_;
    next_ = 0;
    acked_ = 0;
    said_options_ = broken_ = false;
    const intake::RecordStream::Limits limits = {.window = 1 + simulation_.Draw(8)};
    stream_ = std::make_unique<intake::RecordStream>(parts_, *this, name_, limits);
    simulation_.Note(StrCat(name_, " opens behind ", base_));
    stream_->Start();
    if (simulation_.OneIn(3)) {
      simulation_.PostAfter(simulation_.DrawDelay(absl::Milliseconds(40)),
                            [this, opened = ++opened_] { Break(opened); });
    } else {
      ++opened_;
    }
  }

  void Read() override {
    simulation_.PostAfter(simulation_.DrawDelay(absl::Milliseconds(2)), [this] {
      std::optional<intake::StreamInput> input;
      if (!broken_ && !said_options_) {
        said_options_ = true;
        input.emplace().options = {false};
      } else if (!broken_ && base_ + next_ < records_.size()) {
        input.emplace().record = records_[base_ + next_++];
      }
      stream_->OnRead(std::move(input));
    });
  }
  void Write(intake::StreamAnswer answer) override {
    if (answer.acked_through < acked_) Wrong("acknowledges less than before");
    if (answer.acked_through > next_) Wrong("acknowledges what was not sent");
    for (const intake::StreamResult& result : answer.results) {
      if (intake::IsFinal(result.answer.status())) final_.push_back(base_ + result.sequence);
    }
    acked_ = answer.acked_through;
    for (uint64_t sequence = base_ + 1; sequence <= base_ + acked_; ++sequence) {
      if (std::find(final_.begin(), final_.end(), sequence) == final_.end()) {
        Wrong(StrCat("acknowledges ", sequence, ", which has no last word"));
      }
    }
    if (!broken_) done_ = base_ + acked_;
    simulation_.PostAfter(simulation_.DrawDelay(absl::Milliseconds(2)),
                          [this] { stream_->OnWritten(!broken_); });
  }
  void Finish(absl::Status status) override {
    simulation_.Note(StrCat(name_, " ends ", absl::StatusCodeToString(status.code())));
    if (status.ok() && !broken_ && base_ + acked_ != records_.size()) {
      Wrong("ends well before all is acknowledged");
    }
    simulation_.PostAfter(simulation_.DrawDelay(absl::Milliseconds(100)), [this] {
      stream_->Settle();
      stream_.reset();
      if (!done()) Open();
    });
  }

  bool done() const { return done_ == records_.size() && stream_ == nullptr; }
  const std::vector<std::string>& wrongs() const { return wrongs_; }

 private:
  // The connection is lost: nothing more is heard, and the gateway learns of it.
  void Break(uint64_t opened) {
    if (opened != opened_ || stream_ == nullptr) return;
    simulation_.Note(StrCat(name_, " breaks"));
    broken_ = true;
    stream_->OnCancel();
  }
  void Wrong(std::string what) { wrongs_.push_back(StrCat(name_, " ", what)); }

  Simulation& simulation_;
  const intake::RecordStream::Parts parts_;
  const std::string name_;
  const std::vector<std::string> records_;
  std::unique_ptr<intake::RecordStream> stream_;
  uint64_t opened_ = 0;
  size_t base_ = 0;  // records before this stream's first
  size_t next_ = 0;  // records said on it
  size_t acked_ = 0;
  size_t done_ = 0;
  bool said_options_ = false;
  bool broken_ = false;
  std::vector<uint64_t> final_;
  std::vector<std::string> wrongs_;
};

}  // namespace kgw::test

#endif  // TESTS_SIMULATION_SENDER_H_
