#include "gateway/plugin/http_engine.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "gateway/base/mutex.h"
#include "gateway/base/strings.h"
#include "gateway/plugin/http_transfer.h"

namespace kgw::plugin {
namespace {

constexpr long kConnections = 256;
constexpr long kConnectionsPerHost = 64;
constexpr size_t kSpareHandles = 64;
constexpr auto kCancelPoll = std::chrono::milliseconds(50);
constexpr int kIdlePollMs = 10'000;

void InitialiseCurl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
}

// A transfer and whoever waits for it.
struct Job {
  explicit Job(HttpTransfer& t) : transfer(t) {}
  HttpTransfer& transfer;
  bool done = false;  // under the engine's mutex
  ConditionVariable changed;
};

}  // namespace

struct HttpEngine::State {
  Mutex mutex;
  std::vector<Job*> added KGW_GUARDED_BY(mutex);
  std::vector<Job*> given_up KGW_GUARDED_BY(mutex);
  std::vector<CURL*> spare KGW_GUARDED_BY(mutex);
  bool stop KGW_GUARDED_BY(mutex) = false;
  // The engine's thread alone:
  CURLM* multi = nullptr;
  std::vector<Job*> running;
  std::thread thread;

  void Run() KGW_EXCLUDES(mutex);
  bool TakeOrders() KGW_EXCLUDES(mutex);
  void Finish(Job* job) KGW_EXCLUDES(mutex);
  CURL* TakeHandle() KGW_EXCLUDES(mutex);
  void GiveBack(CURL* easy) KGW_EXCLUDES(mutex);
};

CURL* HttpEngine::State::TakeHandle() {
  {
    MutexLock lock(mutex);
    if (!spare.empty()) {
      CURL* easy = spare.back();
      spare.pop_back();
      return easy;
    }
  }
  return curl_easy_init();
}

void HttpEngine::State::GiveBack(CURL* easy) {
  curl_easy_reset(easy);
  MutexLock lock(mutex);
  if (spare.size() < kSpareHandles) {
    spare.push_back(easy);
  } else {
    curl_easy_cleanup(easy);
  }
}

// Takes the job out of libcurl and wakes who waits; the job may be gone right after.
void HttpEngine::State::Finish(Job* job) {
  curl_multi_remove_handle(multi, job->transfer.easy());
  std::erase(running, job);
  MutexLock lock(mutex);
  std::erase(given_up, job);
  job->done = true;
  job->changed.NotifyOne();
}

// False when the engine shall end.
bool HttpEngine::State::TakeOrders() {
  std::vector<Job*> starting;
  std::vector<Job*> ending;
  {
    MutexLock lock(mutex);
    if (stop) return false;
    starting.swap(added);
    ending.swap(given_up);
  }
  for (Job* job : starting) {
    running.push_back(job);
    if (curl_multi_add_handle(multi, job->transfer.easy()) != CURLM_OK) {
      job->transfer.Complete(CURLE_OUT_OF_MEMORY);
      Finish(job);
      std::erase(ending, job);
    }
  }
  for (Job* job : ending) {
    job->transfer.CompleteCancelled();
    Finish(job);
  }
  return true;
}

void HttpEngine::State::Run() {
  // OpenSSL writes without MSG_NOSIGNAL: a far side that hangs up must be an error, not a signal.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (TakeOrders()) {
    int still_running = 0;
    curl_multi_perform(multi, &still_running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      HttpTransfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      const CURLcode result = message->data.result;
      transfer->Complete(result);
      for (Job* job : running) {
        if (&job->transfer == transfer) {
          Finish(job);
          break;
        }
      }
    }
    curl_multi_poll(multi, nullptr, 0, kIdlePollMs, nullptr);
  }
}

HttpEngine::HttpEngine() : state_(std::make_unique<State>()) {
  InitialiseCurl();
  state_->multi = curl_multi_init();
  curl_multi_setopt(state_->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, kConnections);
  curl_multi_setopt(state_->multi, CURLMOPT_MAX_HOST_CONNECTIONS, kConnectionsPerHost);
  curl_multi_setopt(state_->multi, CURLMOPT_MAXCONNECTS, kConnections);
  state_->thread = std::thread([this] { state_->Run(); });
}

HttpEngine::~HttpEngine() {
  {
    MutexLock lock(state_->mutex);
    state_->stop = true;
  }
  curl_multi_wakeup(state_->multi);
  state_->thread.join();
  MutexLock lock(state_->mutex);
  for (CURL* easy : state_->spare) curl_easy_cleanup(easy);
  curl_multi_cleanup(state_->multi);
}

HttpOutcome HttpEngine::Perform(const HttpTask& task) {
  CURL* easy = state_->TakeHandle();
  if (easy == nullptr) {
    return {KGW_UNAVAILABLE, 0, {}, {}, "There is no memory for another request."};
  }
  HttpOutcome outcome;
  {
    HttpTransfer transfer(task, easy);
    if (!transfer.ready()) {
      transfer.Complete(CURLE_OUT_OF_MEMORY);
    } else {
      Job job(transfer);
      MutexLock lock(state_->mutex);
      state_->added.push_back(&job);
      lock.Unlock();
      curl_multi_wakeup(state_->multi);
      lock.Lock();
      bool asked = false;
      while (!job.done) {
        if (task.cancel == nullptr || asked) {
          job.changed.Wait(lock);
        } else if (!job.changed.WaitFor(lock, kCancelPoll) && !job.done && *task.cancel) {
          state_->given_up.push_back(&job);
          asked = true;
          curl_multi_wakeup(state_->multi);
        }
      }
    }
    outcome = std::move(transfer.outcome());
  }
  state_->GiveBack(easy);
  return outcome;
}

}  // namespace kgw::plugin
