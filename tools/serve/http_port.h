// Answers GET over HTTP/1.1 for monitoring: one request a connection, bounded in bytes, time and connections.
//
// Thread-safety: one thread, that of the loop which polls.   Ownership: the listener is closed with it.
// Source: RFC 9112, of which it reads the request line alone.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::serve {

struct HttpAnswer {
  int code = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

/// Of a path: "/metrics".
using HttpPages = std::function<HttpAnswer(std::string_view path)>;

/// A whole answer for the head of a request, up to and with its empty line; for what is no GET, the refusal.
std::string AnswerHttp(std::string_view request_head, const HttpPages& pages);

class HttpPort {
 public:
  HttpPort(int listener, HttpPages pages) : listener_(listener), pages_(std::move(pages)) {}
  ~HttpPort();
  HttpPort(const HttpPort&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;

  /// Adds what it waits for.
  void Watch(std::vector<pollfd>* waiting) const;
  /// Does what can be done without waiting; `ready` is what Watch added, polled.
  void Serve(std::span<const pollfd> ready);

 private:
  struct Visitor {
    int fd = -1;
    std::chrono::steady_clock::time_point since;
    std::string in;
    std::string out;        // of the answer, what is not sent
    bool answered = false;  // what else it sends is forgotten
    bool done = false;
  };
  void Accept();
  void Read(Visitor* visitor);
  void Write(Visitor* visitor) const;

  const int listener_;
  const HttpPages pages_;
  std::list<Visitor> visitors_;
};

}  // namespace sluice::serve
