// Stop words: Portuguese. Our own list of function words.
#include "text/stopword_lists.h"

namespace lightlda {

const char kStopwordsPt[] = R"(
a acerca agora ainda algo algum alguma algumas alguns alguém ali além ambos ante antes ao aos
apenas apesar aquela aquelas aquele aqueles aqui aquilo as assim através até bem cada cerca com
como contra contudo cuja cujas cujo cujos da daquela daquele dar das de dela delas dele deles
depois desde dessa dessas desse desses desta destas deste destes deve devem do dois dos durante
e ela elas ele eles em embora enquanto entre então era eram essa essas esse esses esta estamos
estar estas estava estavam este estes esteve estou está estão eu fazer foi foram fosse havia há
isso isto já la lhe lhes lo logo lá mais mas me mediante meio menos mesma mesmas mesmo mesmos
meu meus minha minhas muita muitas muito muitos na nada nas nela nele nem nenhum nenhuma ninguém
no nos nossa nossas nosso nossos num numa nunca não nós o onde os ou outra outras outro outros
para pela pelas pelo pelos per perante pode podem pois por porque portanto porém pouca
pouco poucos quais qual qualquer quando quanto quase que quem se seja sejam sem sempre sendo ser
será seu seus si sido sob sobre somos sou sua suas são tal também tampouco tanto te tem temos
tendo tenha tenho ter teu teus teve ti tido tinha tinham toda todas todavia todo todos tu tua
tuas tudo tão têm um uma umas uns você vocês vos vosso à às é és
)";

}  // namespace lightlda
