// What a terminal can show: colours where they are wanted, and text that cannot take it over.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace throughline {

/// Writes data to stdout, or messages to stderr. Never throws: what could not be written is kept for OutputError().
void Write(std::FILE* stream, std::string_view text);

/// Formats onto stdout.
template <class... Parts>
void Print(fmt::format_string<Parts...> form, Parts&&... parts) {
    Write(stdout, fmt::format(form, std::forward<Parts>(parts)...));
}

/// Flushes stdout. 0 where all that was printed has arrived; else the errno of the first write that failed, and nobody
/// reads what is printed from now on.
[[nodiscard]] int OutputError();

/// Marks text up for a terminal, or leaves it plain: no escape codes into a file, a pipe, or where NO_COLOR is set.
class Ink {
  public:
    explicit Ink(bool colour) : colour_(colour) {}

    /// For a stream: colour where it is a terminal and NO_COLOR is unset or empty.
    [[nodiscard]] static Ink For(std::FILE* stream);

    [[nodiscard]] std::string Bold(std::string_view text) const { return Wrap("1", text); }
    [[nodiscard]] std::string Faint(std::string_view text) const { return Wrap("2", text); }
    [[nodiscard]] std::string Struck(std::string_view text) const { return Wrap("9", text); }
    [[nodiscard]] std::string Warning(std::string_view text) const { return Wrap("33", text); }

  private:
    [[nodiscard]] std::string Wrap(std::string_view code, std::string_view text) const;

    bool colour_;
};

/// Without control characters, which could move the cursor or hide text; each becomes a space.
[[nodiscard]] std::string Harmless(std::string_view text);

/// Broken into lines of at most `width` characters (UTF-8) at spaces; longer words stand alone.
[[nodiscard]] std::vector<std::string> Wrapped(std::string_view text, std::size_t width);

/// The terminal's width, at least 60 and at most 120 columns; 100 where there is none.
[[nodiscard]] std::size_t TerminalWidth();

/// Columns beside each other, as wide as their widest cell; the first row is the heading.
[[nodiscard]] std::string AlignedTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace throughline
