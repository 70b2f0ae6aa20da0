#include "engine/control/socket_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace sluice::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kEventsMax = 64;
constexpr int kLookMs = 500;            // how often clients' times are looked at
constexpr std::uint64_t kWakeKey = 0;   // of an event: this, a listener's, or a client's number
constexpr std::uint64_t kListenerKeys = std::uint64_t{1} << 63;

void CloseAll(const std::vector<int>& fds) {
  for (const int fd : fds) ::close(fd);
}

}  // namespace

class SocketLoop::Impl {
 public:
  Impl(std::vector<int> listeners, const LoopLimits& limits, SocketHandler* handler)
      : listeners_(std::move(listeners)), limits_(limits), handler_(handler) {}

  ~Impl() {
    Stop();
    CloseAll(listeners_);
    if (wake_ >= 0) ::close(wake_);
    if (epoll_ >= 0) ::close(epoll_);
  }

  void Stop() {
    if (thread_.joinable()) {
      stopping_ = true;
      Wake();
      thread_.join();
    }
    while (!clients_.empty()) Close(clients_.begin()->first);
  }

  Status Start() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bool made = epoll_ >= 0 && wake_ >= 0 && Watch(wake_, kWakeKey, EPOLLIN, EPOLL_CTL_ADD);
    for (std::size_t i = 0; made && i < listeners_.size(); ++i) {
      made = Watch(listeners_[i], kListenerKeys + i, EPOLLIN, EPOLL_CTL_ADD);
    }
    if (!made) return {StatusCode::kIo, "cannot watch sockets: " + std::generic_category().message(errno)};
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (const std::system_error& error) {
      return {StatusCode::kLimitExceeded, std::string("no thread for sockets: ") + error.what()};
    }
    return Status::Ok();
  }

  void Send(ClientId client, std::string bytes, bool last) {
    {
      const std::lock_guard lock(outbox_mutex_);
      outbox_.push_back({client, std::move(bytes), last});
    }
    if (std::this_thread::get_id() != thread_.get_id()) Wake();
  }

 private:
  struct Client {
    int fd = -1;
    std::string in;
    std::string out;
    Clock::time_point last_byte;      // in or out
    Clock::time_point message_begin;  // where `in` is not empty
    bool finishing = false;
    bool writable_watched = false;
  };
  struct Outgoing {
    ClientId client = 0;
    std::string bytes;
    bool last = false;
  };

  bool Watch(int fd, std::uint64_t key, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    return ::epoll_ctl(epoll_, operation, fd, &event) == 0;
  }

  void Wake() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_, &one, sizeof(one)));  // full: it wakes anyway
  }

  void Run() {
    std::array<epoll_event, kEventsMax> events;
    while (!stopping_) {
      const int count = ::epoll_wait(epoll_, events.data(), kEventsMax, kLookMs);
      for (int i = 0; i < count; ++i) Serve(events[static_cast<std::size_t>(i)]);
      Deliver();
      CloseLate();
    }
  }

  // What a client makes too large for the memory there is ends that client alone.
  void Serve(const epoll_event& event) {
    const std::uint64_t key = event.data.u64;
    if (key == kWakeKey) {
      std::uint64_t count = 0;
      static_cast<void>(!::read(wake_, &count, sizeof(count)));
      return;
    }
    try {
      if (key >= kListenerKeys) return Accept(listeners_[key - kListenerKeys]);
      if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) Read(key);
      if ((event.events & EPOLLOUT) != 0) Write(key);
    } catch (const std::bad_alloc&) {
      if (key < kListenerKeys) Close(key);
    }
  }

  void Accept(int listener) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return Breathe();
    if (clients_.size() >= limits_.clients_max) {
      static_cast<void>(!::send(fd, limits_.full.data(), limits_.full.size(), MSG_NOSIGNAL));
      ::close(fd);
      return;
    }
    const ClientId id = ++last_id_;
    clients_[id] = {fd, {}, {}, Clock::now(), Clock::now()};
    if (!Watch(fd, id, EPOLLIN, EPOLL_CTL_ADD)) return Close(id);
    handler_->OnOpen(id, fd);
  }

  // Without descriptors a listener stays ready, and cannot be served: not to be asked without end.
  static void Breathe() {
    if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs / 10));
  }

  void Read(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    Client& client = found->second;
    std::array<char, kReadBytes> bytes;
    const ssize_t got = ::recv(client.fd, bytes.data(), bytes.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return Close(id);
    if (client.finishing) return;  // it is not listened to any more
    client.last_byte = Clock::now();
    if (client.in.empty()) client.message_begin = client.last_byte;
    client.in.append(bytes.data(), static_cast<std::size_t>(got));
    const std::optional<std::size_t> taken = handler_->OnBytes(id, client.in);
    if (!taken) return Close(id);
    if (*taken > 0) client.message_begin = client.last_byte;
    client.in.erase(0, *taken);
    if (client.in.size() > limits_.input_bytes_max) Close(id);
  }

  void Deliver() {
    std::vector<Outgoing> outgoing;
    {
      const std::lock_guard lock(outbox_mutex_);
      outgoing.swap(outbox_);
    }
    for (Outgoing& message : outgoing) {
      const auto found = clients_.find(message.client);
      if (found == clients_.end()) continue;
      Client& client = found->second;
      client.out += message.bytes;
      client.finishing = client.finishing || message.last;
      client.last_byte = Clock::now();
      Write(message.client);
    }
  }

  void Write(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    Client& client = found->second;
    while (!client.out.empty()) {
      const ssize_t put = ::send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0 && errno != EAGAIN) return Close(id);
      if (put < 0) break;
      client.last_byte = Clock::now();
      client.out.erase(0, static_cast<std::size_t>(put));
    }
    if (client.out.size() > limits_.output_bytes_max) return Close(id);
    if (client.out.empty() && client.finishing) return Close(id);
    if (client.writable_watched == !client.out.empty()) return;
    client.writable_watched = !client.out.empty();
    const std::uint32_t events = client.writable_watched ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (!Watch(client.fd, id, events, EPOLL_CTL_MOD)) Close(id);
  }

  void CloseLate() {
    const Clock::time_point now = Clock::now();
    std::vector<ClientId> late;
    for (const auto& [id, client] : clients_) {
      const bool unfinished = !client.in.empty() && now - client.message_begin > limits_.message;
      if (unfinished || now - client.last_byte > limits_.idle) late.push_back(id);
    }
    for (const ClientId id : late) Close(id);
  }

  void Close(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    ::close(found->second.fd);
    clients_.erase(found);
    handler_->OnClose(id);
  }

  const std::vector<int> listeners_;
  const LoopLimits limits_;
  SocketHandler* const handler_;
  int epoll_ = -1;
  int wake_ = -1;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::map<ClientId, Client> clients_;
  ClientId last_id_ = 0;
  std::mutex outbox_mutex_;
  std::vector<Outgoing> outbox_;
};

SocketLoop::SocketLoop(std::vector<int> listeners, const LoopLimits& limits, SocketHandler* handler)
    : impl_(std::make_unique<Impl>(std::move(listeners), limits, handler)) {}
SocketLoop::~SocketLoop() = default;

Status SocketLoop::Start() { return impl_->Start(); }
void SocketLoop::Stop() { impl_->Stop(); }
void SocketLoop::Send(ClientId client, std::string bytes) { impl_->Send(client, std::move(bytes), false); }
void SocketLoop::Finish(ClientId client) { impl_->Send(client, {}, true); }

}  // namespace sluice::control
