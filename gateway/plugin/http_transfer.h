#ifndef GATEWAY_PLUGIN_HTTP_TRANSFER_H_
#define GATEWAY_PLUGIN_HTTP_TRANSFER_H_

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "gateway/plugin/http_engine.h"

namespace kgw::plugin {

// One request on its way: libcurl's handle, what it reads from and writes to, and the outcome.
// Used by one thread at a time.
class HttpTransfer {
 public:
  // `easy` is reset and belongs to the caller; it must stay until the transfer is gone.
  HttpTransfer(const HttpTask& task, CURL* easy);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  CURL* easy() const { return easy_; }
  // False when there was no memory to prepare it.
  bool ready() const { return ready_; }

  // Turns libcurl's result into the outcome.
  void Complete(CURLcode result);
  // The same for a request that was given up.
  void CompleteCancelled();
  HttpOutcome& outcome() { return outcome_; }

 private:
  static size_t OnRead(char* buffer, size_t size, size_t count, void* self);
  static int OnSeek(void* self, curl_off_t offset, int origin);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);

  bool AddHeaders();
  void SetUp();
  void SetUpBody();
  bool AnythingSent() const;
  void Fail(kgw_code code, std::string_view what);

  const HttpTask& task_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  bool ready_ = false;
  size_t read_ = 0;
  size_t header_bytes_ = 0;
  bool too_large_ = false;
  char error_[CURL_ERROR_SIZE] = {};
  HttpOutcome outcome_;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_HTTP_TRANSFER_H_
