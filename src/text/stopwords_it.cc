// Stop words: Italian. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsIt[] = R"(
a abbia abbiamo abbiano ad agli ai al alcun alcuna alcune alcuni all alla alle allo allora altra
altre altri altro anche ancora appena avere avete aveva avevano ben c'è che chi ci ciascuno cioè
ciò coi col come con contro cosa così cui da dagli dai dal dall dalla dalle dallo davanti degli
dei del dell della delle dello dentro di dopo dove dunque durante e ebbe ecco ed egli ella era
erano essa esse essendo essere essi esso fa fino fra fu furono già gli ha hai hanno ho i il in
infatti insieme invece io la le lei li lo loro lui lungo là ma mai me medesimo meno mentre mi
mia mie miei mio molta molte molti molto ne negli nei nel nell nella nelle nello nessun nessuna
nessuno niente noi non nostra nostre nostri nostro né o od ogni ognuno oltre oppure ora per
perché perciò però più poco poi poiché presso prima proprio può qua qualche quale quali quando
quanta quante quanti quanto quasi quella quelle quelli quello questa queste questi questo qui
quindi sarebbe sarà se sempre senza sia siamo siano siete solo sono sopra sotto sta stata state
stati stato stesso su sua sue sugli sui sul sull sulla sulle sullo suo suoi sé tale tali tanto
te ti tra troppo tu tua tue tuo tuoi tutta tutte tutti tutto un una uno verso vi via voi
vostra vostro è
)";

}  // namespace lightlda
