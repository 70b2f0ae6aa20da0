// The limits of the host, with their units. Those that `sluice serve` has options for are their defaults.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/base/limits.h"

namespace sluice::serve {

inline constexpr std::size_t kClientsDefault = 64;           // connected at once
inline constexpr std::size_t kClientsMax = 1024;
inline constexpr std::size_t kClientFramesDefault = 1024;    // of one client, accepted and not yet answered
inline constexpr std::size_t kClientFramesMax = 32 * 1024;
inline constexpr std::size_t kClientOutputBytesDefault = 4u << 20;  // of answers that one client has not read
inline constexpr std::size_t kClientOutputBytesMin = 64u << 10;
inline constexpr std::size_t kClientOutputBytesMax = 1u << 30;
inline constexpr int kIdleSecondsDefault = 300;   // without a byte in or out and with nothing under way
inline constexpr int kStallSecondsDefault = 30;   // with answers that a client does not read
inline constexpr int kDrainSecondsDefault = 10;   // from SIGTERM to the end
inline constexpr int kSecondsMax = 24 * 3600;     // of the three
inline constexpr std::chrono::seconds kHelloWait{10};   // from connecting to a whole hello
inline constexpr std::chrono::seconds kLingerWait{5};   // for a client to read what it was told last

inline constexpr std::size_t kRingBytes = 32u << 20;         // of records on their way through the engine
inline constexpr std::size_t kUnderWayBytesMax = kRingBytes / 2;  // of all clients: so the ring is never full
inline constexpr std::size_t kRingRecords = 64 * 1024;
inline constexpr std::size_t kUnderWayFramesMax = kRingRecords / 2;

inline constexpr std::size_t kReadBytes = 256u << 10;        // of one client at a time, then the others have their turn
inline constexpr std::size_t kHttpRequestBytesMax = 8 * 1024;
inline constexpr std::size_t kHttpClientsMax = 16;
inline constexpr std::chrono::seconds kHttpWait{10};         // from connecting to the end of the answer

}  // namespace sluice::serve
