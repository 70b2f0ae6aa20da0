// Where a host listens: "unix:PATH" or "tcp:127.0.0.1:PORT" ([::1] as well); this machine alone, as nothing is
// encrypted.
//
// Thread-safety: free functions.   Errors: kInvalidArgument, kUnavailable (somebody listens there already, or nobody
// does), kIo.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <string>

namespace sluice::serve {

struct Address {
  std::string path;        // of a Unix socket; empty: TCP
  bool v6 = false;
  std::uint16_t port = 0;  // 0: any that is free
};

Result<Address> ParseAddress(const std::string& text);
std::string AddressText(const Address& address);

/// A socket that listens and does not block. A Unix socket is the process's user's alone (mode 0600); one that was left
/// behind is replaced.
Result<int> Listen(const Address& address);
/// Of a TCP socket that listens, the port that it has.
std::uint16_t PortOf(int listener);
/// A connected socket that does not block once it is connected.
Result<int> Connect(const Address& address);

}  // namespace sluice::serve
