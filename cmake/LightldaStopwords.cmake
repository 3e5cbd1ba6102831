# The vendored lists of stop words as a source, ${lightlda_stopwords_source}: kStopwordsXx is xx.txt.
set(lightlda_stopwords_source ${PROJECT_BINARY_DIR}/generated/stopwords_iso.cc)
file(GLOB stopword_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/third_party/stopwords-iso/*.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${stopword_files})
set(stopword_definitions "")
foreach(stopword_file ${stopword_files})
  get_filename_component(language ${stopword_file} NAME_WE)
  string(SUBSTRING ${language} 0 1 first)
  string(SUBSTRING ${language} 1 -1 rest)
  string(TOUPPER ${first} first)
  file(READ ${stopword_file} words)
  string(APPEND stopword_definitions "const char kStopwords${first}${rest}[] = R\"~(${words})~\";\n")
endforeach()
file(CONFIGURE OUTPUT ${lightlda_stopwords_source} @ONLY CONTENT
"// Made of third_party/stopwords-iso.
#include \"text/stopword_lists.h\"

namespace lightlda {

@stopword_definitions@
}  // namespace lightlda
")
