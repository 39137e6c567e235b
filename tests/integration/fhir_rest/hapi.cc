#include "tests/integration/fhir_rest/hapi.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace kgw {
namespace {

constexpr char kRun[] = "tests/support/hapi-server/run.sh";
constexpr int kStartSeconds = 180;

size_t Append(char* data, size_t size, size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

}  // namespace

bool Hapi::Built() {
  const char* build = std::getenv("HAPI_BUILD");
  const std::string folder = build != nullptr ? build : ".cache/hapi-server";
  return std::filesystem::exists(folder + "/hapi-server-1.jar");
}

Hapi::Hapi() {
  int ends[2];
  if (pipe(ends) != 0) return;
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    execl("/bin/sh", "sh", kRun, "0", nullptr);
    _exit(127);
  }
  close(ends[1]);
  output_ = ends[0];
  std::string said;
  for (int left = kStartSeconds; left > 0; --left) {
    pollfd ready{output_, POLLIN, 0};
    if (poll(&ready, 1, 1000) <= 0) continue;
    char buffer[512];
    const ssize_t got = read(output_, buffer, sizeof buffer);
    if (got <= 0) return;
    said.append(buffer, static_cast<size_t>(got));
    const size_t begin = said.find("READY ");
    const size_t end = said.find('\n', begin == std::string::npos ? 0 : begin);
    if (begin != std::string::npos && end != std::string::npos) {
      url_ = said.substr(begin + 6, end - begin - 6);
      return;
    }
  }
}

Hapi::~Hapi() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
}

Hapi::Answer Hapi::Ask(const std::string& method, const std::string& path,
                       const std::string& body) const {
  Answer answer;
  CURL* curl = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/fhir+json");
  headers = curl_slist_append(headers, "Cache-Control: no-cache");
  curl_easy_setopt(curl, CURLOPT_URL, (url_ + "/" + path).c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
  if (!body.empty()) curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  if (curl_easy_perform(curl) == CURLE_OK) {
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return answer;
}

}  // namespace kgw
