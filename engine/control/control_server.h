// The control socket: lines in, replies out; questions are answered on the spot, commands go to the Commander.
//
// Thread-safety: the loop's thread calls; the constructor's thread ends it.   Ownership: owns loop and commander.
#pragma once

#include <sluice/control.h>

#include <map>
#include <memory>
#include <string>
#include <sys/types.h>

#include "engine/control/commander.h"
#include "engine/control/socket_loop.h"

namespace sluice::control {

class ControlServer : public SocketHandler {
 public:
  /// `peer_of` says who a client is; tests give another one than PeerOf.
  static Result<std::unique_ptr<ControlServer>> Start(Engine* engine, const ControlOptions& options,
                                                      PeerFunction peer_of = PeerOf);
  ~ControlServer() override;

  Commander& commander() { return *commander_; }

  void OnOpen(ClientId client, int fd) override;
  std::optional<std::size_t> OnBytes(ClientId client, std::string_view bytes) override;
  void OnClose(ClientId client) override;

 private:
  ControlServer(Engine* engine, const ControlOptions& options, PeerFunction peer_of);
  Status Listen();
  void OnLine(ClientId client, std::string_view line);
  void Answer(ClientId client, const Request& request);
  void Command(ClientId client, Request request);

  Engine* const engine_;
  const ControlOptions options_;
  const Rights rights_;
  const PeerFunction peer_of_;
  std::map<ClientId, Peer> peers_;  // of the loop's thread alone
  std::unique_ptr<Commander> commander_;
  std::unique_ptr<SocketLoop> loop_;
  dev_t device_ = 0;  // of the socket's file, so that another's is not removed
  ino_t inode_ = 0;
};

/// `line` as a client with the rights of `role` would have it answered, up to commands: for fuzzing.
Result<Request> ParseAllowed(std::string_view line, Role role, Json* id);

}  // namespace sluice::control
