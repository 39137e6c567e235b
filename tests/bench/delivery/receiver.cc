#include "tests/bench/delivery/receiver.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "tests/bench/support/program.h"

namespace kgw::bench {
namespace {

constexpr size_t kChunk = size_t{256} * 1024;
constexpr auto kPatience = std::chrono::minutes(1);

void Watch(int epoll, int file) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = file;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event) != 0) Die("the receiver cannot watch a socket");
}

int Listen(int* port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, any, size) != 0 || listen(listener, 256) != 0 ||
      getsockname(listener, any, &size) != 0) {
    Die("the receiver cannot listen");
  }
  *port = ntohs(address.sin_port);
  return listener;
}

void Send(int connection, const std::string& answer) {
  // An answer is far smaller than a socket's buffer.
  const ssize_t sent = send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(answer.size())) Die("an answer could not be sent");
}

}  // namespace

Receiver::Receiver()
    : listener_(Listen(&port_)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      chunk_(kChunk, '\0') {
  Watch(epoll_, listener_);
  Watch(epoll_, wake_);
  thread_ = std::thread([this] { Serve(); });
}

Receiver::~Receiver() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  Wake();
  thread_.join();
  for (const auto& [connection, reader] : readers_) close(connection);
  close(wake_);
  close(epoll_);
  close(listener_);
}

std::string Receiver::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/fhir"; }

void Receiver::Hold() {
  const std::lock_guard<std::mutex> lock(mutex_);
  holding_ = true;
}

void Receiver::Release() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    holding_ = false;
  }
  Wake();
}

int Receiver::held() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(held_.size());
}

void Receiver::Count(size_t bodies_kept) {
  const std::lock_guard<std::mutex> lock(mutex_);
  received_ = {};
  bodies_kept_ = bodies_kept;
  cpu_before_ = CpuMicros();
}

void Receiver::WaitFor(int64_t transactions) {
  std::unique_lock<std::mutex> lock(mutex_);
  awaited_ = transactions;
  while (received_.transactions < transactions) {
    const int64_t before = received_.transactions;
    changed_.wait_for(lock, kPatience, [&] { return received_.transactions >= transactions; });
    if (received_.transactions == before) Die("for a minute nothing was delivered");
  }
  awaited_ = 0;
}

Received Receiver::Counted() {
  const std::lock_guard<std::mutex> lock(mutex_);
  received_.cpu_us = CpuMicros() - cpu_before_;
  return std::move(received_);
}

double Receiver::CpuMicros() {
  clockid_t clock = 0;
  timespec spent{};
  if (pthread_getcpuclockid(thread_.native_handle(), &clock) != 0) return 0;
  clock_gettime(clock, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) / 1e3;
}

void Receiver::Wake() {
  const uint64_t one = 1;
  if (write(wake_, &one, sizeof(one)) < 0) Die("the receiver cannot be woken");
}

void Receiver::Serve() {
  epoll_event events[64];
  for (;;) {
    const int count = epoll_wait(epoll_, events, 64, -1);
    for (int i = 0; i < count; ++i) {
      const int file = events[i].data.fd;
      if (file == listener_) {
        Accept();
      } else if (file == wake_) {
        uint64_t ignored = 0;
        if (read(wake_, &ignored, sizeof(ignored)) < 0) continue;
        AnswerHeld();
      } else {
        Read(file);
      }
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return;
  }
}

void Receiver::Accept() {
  const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection < 0) return;
  const int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  readers_[connection];
  Watch(epoll_, connection);
}

void Receiver::Read(int connection) {
  const ssize_t size = read(connection, chunk_.data(), chunk_.size());
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    readers_.erase(connection);
    close(connection);
    return;
  }
  RequestReader& reader = readers_[connection];
  reader.Add(std::string_view(chunk_.data(), static_cast<size_t>(size)));
  while (auto request = reader.Next()) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (holding_) {
        held_.emplace_back(connection, *std::move(request));
        continue;
      }
    }
    Answer(connection, *std::move(request));
  }
}

void Receiver::AnswerHeld() {
  std::vector<std::pair<int, Request>> held;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (holding_) return;
    held.swap(held_);
  }
  for (auto& [connection, request] : held) Answer(connection, std::move(request));
}

void Receiver::Answer(int connection, Request request) {
  Heard heard = Hear(request);
  CountIn(request, heard);
  Send(connection, heard.answer);
}

void Receiver::CountIn(Request& request, Heard& heard) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++received_.requests;
  received_.written.insert(received_.written.end(), std::make_move_iterator(heard.written.begin()),
                           std::make_move_iterator(heard.written.end()));
  if (!heard.transaction) return;
  ++received_.transactions;
  received_.body_bytes += static_cast<int64_t>(request.body.size());
  if (received_.bodies.size() < bodies_kept_) received_.bodies.push_back(std::move(request.body));
  received_.last = std::chrono::steady_clock::now();
  // Whoever waits is woken once: the processors belong to what is measured.
  if (received_.transactions == awaited_) changed_.notify_one();
}

}  // namespace kgw::bench
