// How a command is named in the log: the same for its repeats, in the order of time, and no telling whose it is.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/base/uuid.h"
#include "eventstore/vault/secret.h"

namespace throughline {

/// 16 bytes of (caller, command id). Where the id is a UUID of version 7: its time, 6 bytes, and 10 bytes of the keyed
/// hash, so that rows of new commands stand near each other. Else 16 bytes of the keyed hash.
[[nodiscard]] std::string NameCommand(KeyView command_key, std::string_view caller, CommandId command);

}  // namespace throughline
