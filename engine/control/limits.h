// The limits of the control socket and of what it does, with their units.
#pragma once

#include <cstddef>

#include "engine/base/limits.h"

namespace sluice::limits {

inline constexpr std::size_t kControlLineBytesMax = 64 * 1024;   // bytes of one request
inline constexpr std::size_t kControlReplyBytesMax = 16u << 20;  // bytes of replies that a client has not read yet
inline constexpr std::size_t kControlClientsMax = 64;            // connected at once
inline constexpr int kControlLineSecondsMax = 10;                // from the first byte of a request to its end
inline constexpr int kControlIdleSecondsMax = 300;               // without a byte in or out: longer than any answer
inline constexpr std::size_t kControlCommandsMax = 256;          // commands that wait for their turn
inline constexpr std::size_t kControlCommandsKept = 32;          // last commands and what became of them, in `status`
inline constexpr std::size_t kControlRuleHitsMax = 1000;         // rules in one `status`
inline constexpr std::size_t kGenerationsKept = 10;              // on disk, the one in force among them
inline constexpr std::size_t kChangesMax = 10'000;               // rules disabled and keys added at once
inline constexpr std::size_t kChangeKeyBytesMax = 1024;          // bytes of a key that is added to a list
inline constexpr std::size_t kChangeReasonBytesMax = 160;        // it goes into the log with who and what
inline constexpr int kChangeDaysMax = 366;                       // a change that is meant to last is one of the book
inline constexpr int kApprovalHoursMax = 24;                     // a bundle waits so long for its second user
inline constexpr int kPublishWaitMsMax = 60'000;                 // for parcels under the generation before

}  // namespace sluice::limits
