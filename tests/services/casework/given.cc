// How a decision reads in a failed test.
#include "tests/services/casework/given.h"

namespace throughline {

void PrintTo(const Decision& decision, std::ostream* out) {
    if (const Refusal* refusal = std::get_if<Refusal>(&decision)) {
        *out << "refused for " << refusal->reason << ": " << refusal->text;
        for (const RuleViolation& violation : refusal->violations) {
            *out << "\n  " << violation.type << " " << violation.subject << ": " << violation.description;
        }
        return;
    }
    for (const NewFact& fact : std::get<NewFacts>(decision)) *out << "adds " << TypeOf(fact.fact) << " ";
}

}  // namespace throughline
