// Who a client is, as the kernel says, and what it may do.
//
// Thread-safety: plain values.   Errors: PeerOf, kIo.
#pragma once

#include <sluice/control.h>
#include <sluice/status.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sluice::control {

enum class Role : int { kNone, kRead, kOperate, kApprove };
const char* RoleName(Role role);

/// The user that connected and its groups, at the moment when it did. Numbers of processes are not asked for: they are
/// used again.
struct Peer {
  std::uint32_t uid = 0;
  std::vector<std::uint32_t> gids;  // the effective one first
};
/// "uid 1000".
std::string PeerText(const Peer& peer);

/// Of a connected Unix socket.
Result<Peer> PeerOf(int fd);
using PeerFunction = std::function<Result<Peer>(int fd)>;

struct Rights {
  ControlGrant read, operate, approve;
  /// Those of the options, or where none are given everything to the process's user.
  static Rights Of(const ControlOptions& options);
  bool OthersMayConnect() const;
  Role RoleOf(const Peer& peer) const;
};

}  // namespace sluice::control
