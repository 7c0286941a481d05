// Time in front, keyed hash behind it.
#include "eventstore/vault/command_hash.h"

#include <cstddef>

#include "eventstore/vault/keyed_hash.h"
#include "eventstore/vault/length_prefix.h"

namespace throughline {
namespace {

constexpr std::size_t kHashBytes = 16;
// Source: RFC 9562 §5.7.
constexpr std::size_t kTimeBytes = 6;

bool HasTime(const Uuid& uuid) {
    return uuid.bytes[6] >> 4U == 7 && uuid.bytes[8] >> 6U == 2;
}

}  // namespace

std::string NameCommand(KeyView command_key, std::string_view caller, CommandId command) {
    std::string named;
    named.reserve(sizeof(std::uint32_t) + caller.size() + command.AsBytes().size());
    PutPrefixed(named, caller);
    named += command.AsBytes();
    SecretKey hash;
    KeyedHash(command_key, hash_label::kCommand, named, hash.span());
    std::string name;
    name.reserve(kHashBytes);
    if (HasTime(command.uuid)) name += command.AsBytes().substr(0, kTimeBytes);
    name.append(reinterpret_cast<const char*>(hash.view().data()), kHashBytes - name.size());
    return name;
}

}  // namespace throughline
