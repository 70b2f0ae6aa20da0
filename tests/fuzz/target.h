// A fuzz target: any bytes in; a broken promise ends the process (SLUICE_CHECK, a sanitizer, a time limit).
//
// One source file a target, each linked twice: with libFuzzer (preset fuzz), and with driver.cc for ctest.
// Thread-safety: called by one thread, many times in one process.   Ownership: `data` only during the call.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
