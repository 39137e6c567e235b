#ifndef TESTS_INTEGRATION_FHIR_REST_HAPI_H_
#define TESTS_INTEGRATION_FHIR_REST_HAPI_H_

#include <sys/types.h>

#include <string>

namespace kgw {

// A HAPI FHIR server of our own, on a free port, in memory; stopped by its own process id.
class Hapi {
 public:
  // Starts it, waiting for at most three minutes; `url()` is empty when that failed.
  Hapi();
  ~Hapi();
  Hapi(const Hapi&) = delete;
  Hapi& operator=(const Hapi&) = delete;

  // Whether it has been built on this machine.
  static bool Built();
  const std::string& url() const { return url_; }

  struct Answer {
    long status = 0;
    std::string body;
  };
  // A request past the connector, to look at the server and to act as somebody else.
  Answer Ask(const std::string& method, const std::string& path,
             const std::string& body = "") const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string url_;
};

}  // namespace kgw

#endif  // TESTS_INTEGRATION_FHIR_REST_HAPI_H_
