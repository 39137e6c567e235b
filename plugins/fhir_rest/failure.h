#ifndef PLUGINS_FHIR_REST_FAILURE_H_
#define PLUGINS_FHIR_REST_FAILURE_H_

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "kgw/kgw.h"

namespace kgw::fhir_rest {

// Why a delivery cannot go on: a code for the host, and the words for a person. Thrown, and told
// to the host in deliver.cc. `text` may hold the far side's words; it goes out as an error emit,
// never into a log or an issue.
struct Failure : std::exception {
  Failure(kgw_code code_, std::string class_, std::string text_)
      : code(code_), error_class(std::move(class_)), text(std::move(text_)) {}
  const char* what() const noexcept override { return error_class.c_str(); }

  kgw_code code;
  std::string error_class;  // as application/vnd.kgw.error+json lists them
  std::string text;
  int http_status = 0;
  std::string request_id;
  int64_t retry_after_ms = 0;
};

// The host did not make an emit durable: stop at once and hand its code back.
struct EmitFailed : std::exception {
  explicit EmitFailed(kgw_code code_) : code(code_) {}
  kgw_code code;
};

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_FAILURE_H_
