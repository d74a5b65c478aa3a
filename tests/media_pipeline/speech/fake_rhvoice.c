/* A library with the interface of RHVoice.h 1.2 that speaks nothing: it checks what it is given and answers with a tone
   whose length and pitch tell what arrived. Written for the tests; the structures follow RHVoice's public header
   (names and order of fields only). */
#include <stdlib.h>
#include <string.h>

struct callbacks {
    int (*set_sample_rate)(int, void *);
    int (*play_speech)(const short *, unsigned, void *);
    int (*process_mark)(const char *, void *);
    int (*word_starts)(unsigned, unsigned, void *);
    int (*word_ends)(unsigned, unsigned, void *);
    int (*sentence_starts)(unsigned, unsigned, void *);
    int (*sentence_ends)(unsigned, unsigned, void *);
    int (*play_audio)(const char *, void *);
    void (*done)(void *);
};
struct init {
    const char *data_path, *config_path;
    const char **resource_paths;
    struct callbacks callbacks;
    unsigned options;
};
struct voice { const char *language, *name; int gender; const char *country; };
struct synth {
    const char *voice_profile;
    double absolute_rate, absolute_pitch, absolute_volume;
    double relative_rate, relative_pitch, relative_volume;
    int punctuation_mode;
    const char *punctuation_list;
    int capitals_mode;
    int flags;
};
struct message { struct callbacks callbacks; unsigned length; int known; double rate; int refuse; };

static struct callbacks given;
static const struct voice voices[] = {{"ky", "Azamat", 1, "KG"}, {"ky", "Nazgul", 2, "KG"}, {"ru", "Anna", 2, "RU"}};

const char *RHVoice_get_version(void) { return "1.14.0"; }

void *RHVoice_new_tts_engine(const struct init *p) {
    const struct callbacks *c = &p->callbacks;
    if (!p->data_path || !p->config_path || p->resource_paths || p->options) return NULL;
    if (!c->set_sample_rate || !c->play_speech) return NULL;
    if (c->process_mark || c->word_starts || c->word_ends || c->sentence_starts || c->sentence_ends || c->play_audio || c->done)
        return NULL;
    given = *c;
    return &given;
}
unsigned RHVoice_get_number_of_voices(void *engine) { return engine == &given ? 3 : 0; }
const struct voice *RHVoice_get_voices(void *engine) { return engine == &given ? voices : NULL; }

void *RHVoice_new_message(void *engine, const char *text, unsigned length, int type, const struct synth *s, void *data) {
    struct message *m;
    if (engine != &given || type != 0 || data || strlen(text) != length || strstr(text, "refuse message")) return NULL;
    if (s->absolute_rate || s->absolute_pitch || s->absolute_volume || s->relative_pitch != 1 || s->relative_volume != 1)
        return NULL;
    if (s->punctuation_mode || s->punctuation_list || s->capitals_mode || s->flags) return NULL;
    m = calloc(1, sizeof *m);
    m->callbacks = given;
    m->length = length;
    m->rate = s->relative_rate;
    m->known = !strcmp(s->voice_profile, "Nazgul") ? 2 : 1;
    m->refuse = strstr(text, "refuse speech") != NULL;
    return m;
}
void RHVoice_delete_message(void *message) { free(message); }

int RHVoice_speak(void *message) {
    struct message *m = message;
    short block[100];
    unsigned left;
    int i;
    if (m->refuse) return 0;
    if (!m->callbacks.set_sample_rate(m->known == 2 ? 16000 : 24000, NULL)) return 0;
    /* A hundred samples for each byte of the text, faster when the rate is higher, in blocks of a hundred. */
    for (left = (unsigned)(m->length / m->rate); left; left--) {
        for (i = 0; i < 100; i++) block[i] = (short)((i % 20 < 10 ? 1 : -1) * 3000 * m->known);
        if (!m->callbacks.play_speech(block, 100, NULL)) return 0;
    }
    return 1;
}
