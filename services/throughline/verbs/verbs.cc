// A new verb is a file and a line here.
#include "services/throughline/verbs/verbs.h"

namespace throughline {

const std::vector<VerbEntry>& AllVerbs() {
    static const std::vector<VerbEntry> kVerbs{
        {"dev", "Serve a synthetic store with sample data, all in one process.", MakeDev},
        {"init", "Make a store and its key file.", MakeInit},
        {"serve", "Serve a store that exists.", MakeServe},
        {"play", "Tell a story to a synthetic store through the public API.", MakePlay},
        {"status", "How far the log goes, and what follows it.", MakeStatus},
        {"timeline", "A pupil's chronology, now or as known on a day past.", MakeTimeline},
        {"tail", "Read the log, and follow it.", MakeTail},
        {"rebuild", "Build a view anew from the first record.", MakeRebuild},
        {"erase", "Destroy a pupil's key, and so all that was recorded about them.", MakeErase},
        {"token", "Make a token for an actor of a synthetic store.", MakeToken},
        {"check", "Read a whole store, in use or not, and say what is wrong with it.", MakeCheck},
        {"bench", "How fast a server appends and reads, under a load of one's own.", MakeBench},
    };
    return kVerbs;
}

}  // namespace throughline
