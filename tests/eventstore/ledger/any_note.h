// Generators for properties: names, bytes, and texts that someone edited.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <rapidcheck.h>

namespace throughline::testing {

/// A name that may stand in a note.
inline rc::Gen<std::string> AnyName() {
    const auto piece = rc::gen::oneOf(
        rc::gen::map(rc::gen::inRange(0x2C, 0x7F), [](int byte) { return std::string(1, static_cast<char>(byte)); }),
        rc::gen::element<std::string>("/", ".", "\xC3\xA9", "\xE2\x80\x94", "\xF0\x9F\x8C\xB3"));
    return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(piece)),
                        [](const std::vector<std::string>& pieces) {
                            std::string name;
                            for (const std::string& each : pieces) {
                                if (name.size() + each.size() <= 255) name += each;
                            }
                            return name;
                        });
}

inline rc::Gen<std::string> AnyBytes(std::size_t count) {
    return rc::gen::container<std::string>(count, rc::gen::arbitrary<char>());
}

/// `text` with one to four pieces cut out, put in, doubled or overwritten; by luck it may be what it was.
inline std::string Edited(std::string text) {
    const int edits = *rc::gen::inRange(1, 5);
    for (int i = 0; i < edits; ++i) {
        const auto place = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        const auto length = *rc::gen::inRange<std::size_t>(0, 80);
        const auto piece =
            *rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                            rc::gen::element<std::string>("\n", "\n\n", " ", "+", "0", "9", "=", "\xE2\x80\x94 ",
                                                          "\xE2\x80\x94 name AAAAAAA=\n"),
                            rc::gen::just(text.substr(place, length)));
        text.replace(place, *rc::gen::arbitrary<bool>() ? length : 0, piece);
    }
    return text;
}

}  // namespace throughline::testing
