// The 64-bit hash by its former name: see hash.h.
#pragma once

#include "engine/base/hash.h"
