#include "tools/serve/http_port.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tools/serve/limits.h"

namespace sluice::serve {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

const char* Reason(int code) {
  switch (code) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 431: return "Request Header Fields Too Large";
    default: return "Service Unavailable";
  }
}

std::string Text(const HttpAnswer& answer) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.code) + " " + Reason(answer.code) + "\r\n";
  if (answer.code == 405) text += "Allow: GET\r\n";
  text += "Content-Type: " + answer.type + "\r\nContent-Length: " + std::to_string(answer.body.size()) +
          "\r\nConnection: close\r\n\r\n";
  return text + answer.body;
}

HttpAnswer Refusal(int code, const char* words) { return {code, HttpAnswer{}.type, std::string(words) + "\n"}; }

}  // namespace

std::string AnswerHttp(std::string_view request_head, const HttpPages& pages) {
  const std::string_view line = request_head.substr(0, request_head.find("\r\n"));
  const std::size_t method_end = line.find(' ');
  const std::size_t path_end = line.rfind(' ');
  if (method_end == std::string_view::npos || path_end <= method_end + 1 ||
      !line.substr(path_end).starts_with(" HTTP/1.")) {
    return Text(Refusal(400, "no HTTP/1 request"));
  }
  if (line.substr(0, method_end) != "GET") return Text(Refusal(405, "GET alone is answered here"));
  const std::string_view target = line.substr(method_end + 1, path_end - method_end - 1);
  return Text(pages(target.substr(0, target.find('?'))));
}

HttpPort::~HttpPort() {
  for (const Visitor& visitor : visitors_) ::close(visitor.fd);
  ::close(listener_);
}

void HttpPort::Watch(std::vector<pollfd>* waiting) const {
  const bool more = visitors_.size() < kHttpClientsMax;
  waiting->push_back({listener_, static_cast<short>(more ? POLLIN : 0), 0});
  for (const Visitor& visitor : visitors_) {
    waiting->push_back({visitor.fd, static_cast<short>(visitor.out.empty() ? POLLIN : POLLOUT), 0});
  }
}

void HttpPort::Serve(std::span<const pollfd> ready) {
  const auto now = std::chrono::steady_clock::now();
  std::size_t at = 1;  // as Watch put them: the listener, then the visitors
  for (Visitor& visitor : visitors_) {
    const bool is_ready = at < ready.size() && ready[at++].revents != 0;
    if (is_ready && visitor.out.empty()) Read(&visitor);
    if (!visitor.out.empty()) Write(&visitor);
    if (now - visitor.since > kHttpWait) visitor.done = true;
    if (visitor.done) ::close(visitor.fd);
  }
  visitors_.remove_if([](const Visitor& visitor) { return visitor.done; });
  if (!ready.empty() && ready[0].revents != 0) Accept();
}

void HttpPort::Accept() {
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) visitors_.push_back({fd, std::chrono::steady_clock::now(), {}, {}, false, false});
}

void HttpPort::Read(Visitor* visitor) {
  std::array<char, kHttpRequestBytesMax> bytes;
  const ssize_t got = ::recv(visitor->fd, bytes.data(), bytes.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    visitor->done = true;
    return;
  }
  if (visitor->answered) return;
  visitor->in.append(bytes.data(), static_cast<std::size_t>(got));
  const std::size_t end = visitor->in.find(kHeadEnd);
  if (end != std::string::npos && end + kHeadEnd.size() <= kHttpRequestBytesMax) {
    visitor->answered = true;
    visitor->out = AnswerHttp(std::string_view(visitor->in).substr(0, end + kHeadEnd.size()), pages_);
  } else if (visitor->in.size() >= kHttpRequestBytesMax) {
    visitor->answered = true;
    visitor->out = Text(Refusal(431, "the head of a request has at most 8192 bytes"));
  }
}

void HttpPort::Write(Visitor* visitor) const {
  const ssize_t put = ::send(visitor->fd, visitor->out.data(), visitor->out.size(), MSG_NOSIGNAL);
  if (put < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (put > 0) visitor->out.erase(0, static_cast<std::size_t>(put));
  if (put <= 0) visitor->done = true;
  // Closed at once, what it has sent and nobody has read would break the answer off.
  if (visitor->out.empty()) ::shutdown(visitor->fd, SHUT_WR);
}

}  // namespace sluice::serve
