#include "tests/bench/delivery/bare_curl.h"

#include <curl/curl.h>

#include <chrono>
#include <ctime>

#include "tests/bench/support/program.h"

namespace kgw::bench {
namespace {

double ThreadCpuMicros() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

size_t Ignore(char* /*data*/, size_t size, size_t count, void* /*out*/) { return size * count; }

class Loop {
 public:
  Loop(const std::string& url, const std::vector<std::string>& bodies, int count)
      : url_(url), bodies_(bodies), left_(count), multi_(curl_multi_init()) {
    for (const char* header :
         {"Content-Type: application/fhir+json", "Accept: application/fhir+json",
          "Prefer: return=minimal", "Expect:"}) {
      headers_ = curl_slist_append(headers_, header);
    }
  }
  ~Loop() {
    for (CURL* transfer : transfers_) curl_easy_cleanup(transfer);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void Run(int in_flight) {
    for (int i = 0; i < in_flight; ++i) {
      transfers_.push_back(NewTransfer());
      Next(transfers_.back());
    }
    int running = 1;
    while (running > 0) {
      curl_multi_perform(multi_, &running);
      if (TakeAnswers()) {
        running = 1;
      } else if (running > 0) {
        curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
      }
    }
  }

 private:
  CURL* NewTransfer() {
    CURL* transfer = curl_easy_init();
    curl_easy_setopt(transfer, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, &Ignore);
    curl_easy_setopt(transfer, CURLOPT_PROXY, "");
    curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
    return transfer;
  }

  void Next(CURL* transfer) {
    if (left_ == 0) return;
    const std::string& body = bodies_[static_cast<size_t>(--left_) % bodies_.size()];
    curl_easy_setopt(transfer, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(transfer, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_multi_add_handle(multi_, transfer);
  }

  // Whether there were any; each makes room for the next request.
  bool TakeAnswers() {
    bool any = false;
    int ignored = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &ignored)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const transfer = message->easy_handle;
      long status = 0;
      curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
      if (message->data.result != CURLE_OK || status != 200) Die("libcurl alone was not answered");
      curl_multi_remove_handle(multi_, transfer);
      Next(transfer);
      any = true;
    }
    return any;
  }

  const std::string& url_;
  const std::vector<std::string>& bodies_;
  int left_;
  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::vector<CURL*> transfers_;
};

}  // namespace

BareCost PostBare(const std::string& url, const std::vector<std::string>& bodies, int count,
                  int in_flight) {
  if (bodies.empty()) Die("there is nothing to post");
  Loop loop(url, bodies, count);
  const auto start = std::chrono::steady_clock::now();
  const double cpu = ThreadCpuMicros();
  loop.Run(in_flight);
  BareCost cost;
  cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  cost.cpu_us = (ThreadCpuMicros() - cpu) / count;
  return cost;
}

}  // namespace kgw::bench
