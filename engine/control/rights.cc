#include "engine/control/rights.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sluice::control {
namespace {

constexpr std::size_t kGroupsMax = 65536;  // NGROUPS_MAX of Linux

bool IsEmpty(const ControlGrant& grant) { return grant.uids.empty() && grant.gids.empty(); }

bool Holds(const ControlGrant& grant, const Peer& peer) {
  const auto is_granted = [&](std::uint32_t gid) { return std::ranges::find(grant.gids, gid) != grant.gids.end(); };
  return std::ranges::find(grant.uids, peer.uid) != grant.uids.end() || std::ranges::any_of(peer.gids, is_granted);
}

}  // namespace

const char* RoleName(Role role) {
  switch (role) {
    case Role::kNone: return "none";
    case Role::kRead: return "read";
    case Role::kOperate: return "operate";
    case Role::kApprove: break;
  }
  return "approve";
}

std::string PeerText(const Peer& peer) { return "uid " + std::to_string(peer.uid); }

Result<Peer> PeerOf(int fd) {
  ucred credentials{};
  socklen_t bytes = sizeof(credentials);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) != 0) {
    return Status(StatusCode::kIo, "who connected is not known: " + std::generic_category().message(errno));
  }
  Peer peer{credentials.uid, {credentials.gid}};
  std::vector<gid_t> groups(kGroupsMax);
  bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) == 0) {
    groups.resize(bytes / sizeof(gid_t));
    peer.gids.insert(peer.gids.end(), groups.begin(), groups.end());
  }
  return peer;
}

Rights Rights::Of(const ControlOptions& options) {
  Rights rights{options.read, options.operate, options.approve};
  if (IsEmpty(rights.read) && IsEmpty(rights.operate) && IsEmpty(rights.approve)) {
    rights.approve.uids = {::geteuid()};
  }
  return rights;
}

bool Rights::OthersMayConnect() const {
  const std::uint32_t own = ::geteuid();
  const auto others = [&](const ControlGrant& grant) {
    return !grant.gids.empty() || std::ranges::any_of(grant.uids, [&](std::uint32_t uid) { return uid != own; });
  };
  return others(read) || others(operate) || others(approve);
}

Role Rights::RoleOf(const Peer& peer) const {
  if (Holds(approve, peer)) return Role::kApprove;
  if (Holds(operate, peer)) return Role::kOperate;
  return Holds(read, peer) ? Role::kRead : Role::kNone;
}

}  // namespace sluice::control
