#include "tests/bench/ingest/transactions.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTriesAgain = 10;

double MicrosSince(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

size_t Append(char* data, size_t size, size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

// One connection to the server, kept open.
class Connection {
 public:
  explicit Connection(std::string base) : base_(std::move(base)), curl_(curl_easy_init()) {
    headers_ = curl_slist_append(headers_, "Content-Type: application/fhir+json");
    headers_ = curl_slist_append(headers_, "Cache-Control: no-cache");
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &Append);
  }
  ~Connection() {
    curl_easy_cleanup(curl_);
    curl_slist_free_all(headers_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  struct Answer {
    long status = 0;
    std::string body;
  };
  // An empty request is a GET.
  Answer Ask(const std::string& path, const std::string& request) {
    Answer answer;
    const std::string url = base_ + path;
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer.body);
    if (!request.empty()) {
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.size()));
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, request.data());
    }
    if (curl_easy_perform(curl_) == CURLE_OK) {
      curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &answer.status);
    }
    return answer;
  }

 private:
  const std::string base_;
  CURL* curl_;
  curl_slist* headers_ = nullptr;
};

size_t Occurrences(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

bool AllCreated(const std::string& answer, const std::string& request) {
  const size_t wanted = Occurrences(request, R"("request":{"method":"PUT")");
  return wanted > 0 && Occurrences(answer, R"("status":"201 Created")") +
                               Occurrences(answer, R"("status": "201 Created")") ==
                           wanted;
}

// HAPI answers 409 to transactions that meet in one of its own tables and expects them again.
bool Posted(Connection& connection, const std::string& transaction) {
  Connection::Answer answer = connection.Ask("", transaction);
  for (int again = 0; answer.status == 409 && again < kTriesAgain; ++again) {
    answer = connection.Ask("", transaction);
  }
  if (answer.status == 200 && AllCreated(answer.body, transaction)) return true;
  std::fprintf(stderr, "bench: HAPI answered %ld: %s\n", answer.status,
               answer.body.substr(0, 500).c_str());
  return false;
}

}  // namespace

std::vector<std::string> TransactionsOf(const Mapping& mapping,
                                        const std::vector<std::string>& records) {
  std::vector<std::string> transactions;
  transactions.reserve(records.size());
  for (const std::string& wire : records) {
    std::string text = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
    const char* separator = "";
    for (const store::Resource& made : mapping.Process(mapping.Decode(wire)).resources) {
      const std::string type = made.role.substr(0, made.role.find('/'));
      StrAppend(&text, separator, R"({"resource":)", made.body,
                R"(,"request":{"method":"PUT","url":")", type, "/", made.id, R"("}})");
      separator = ",";
    }
    transactions.push_back(text + "]}");
  }
  return transactions;
}

LoadResult PostAll(const std::string& base, const std::vector<std::string>& transactions,
                   int in_flight) {
  LoadResult result;
  std::vector<double> latencies;
  std::mutex mutex;
  std::atomic<size_t> next{0};
  const auto start = Clock::now();
  std::vector<std::thread> callers;
  for (int i = 0; i < in_flight; ++i) {
    callers.emplace_back([&] {
      Connection connection(base);
      for (size_t index = next++; index < transactions.size(); index = next++) {
        const auto sent = Clock::now();
        const bool right = Posted(connection, transactions[index]);
        const std::lock_guard<std::mutex> lock(mutex);
        latencies.push_back(MicrosSince(sent));
        result.wrong += right ? 0 : 1;
        ++result.answered;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  result.seconds = MicrosSince(start) / 1e6;
  std::sort(latencies.begin(), latencies.end());
  if (!latencies.empty()) {
    result.p50_us = latencies[latencies.size() / 2];
    result.p99_us = latencies[latencies.size() * 99 / 100];
  }
  return result;
}

int64_t CountOn(const std::string& base, const std::string& type) {
  Connection connection(base);
  const auto document =
      json::Document::Parse(connection.Ask("/" + type + "?_summary=count", "").body);
  if (!document.ok()) return -1;
  return document->root().Find("total").AsInt64().value_or(-1);
}

}  // namespace kgw::bench
