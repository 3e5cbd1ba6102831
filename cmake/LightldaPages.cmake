# Man pages and completions of the shells: each program writes its own, from the table of its flags.
#
# zsh of Debian looks for those of packages elsewhere than for those of /usr/local.
set(zsh_default ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(zsh_default ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()
set(LIGHTLDA_ZSH_DIR ${zsh_default} CACHE STRING "Where completions for zsh are installed")

set(pages ${PROJECT_BINARY_DIR}/pages)
file(MAKE_DIRECTORY ${pages}/man1 ${pages}/bash ${pages}/zsh)
get_property(programs GLOBAL PROPERTY lightlda_programs)
set(all_pages "")
foreach(target IN LISTS programs)
  get_target_property(name ${target} OUTPUT_NAME)
  if(NOT name)
    set(name ${target})
  endif()
  set(made ${pages}/man1/${name}.1 ${pages}/bash/${name} ${pages}/zsh/_${name})
  add_custom_command(OUTPUT ${made}
    COMMAND ${target} --help=man > ${pages}/man1/${name}.1
    COMMAND ${target} --help=bash > ${pages}/bash/${name}
    COMMAND ${target} --help=zsh > ${pages}/zsh/_${name}
    DEPENDS ${target} COMMENT "Pages of ${name}" VERBATIM)
  list(APPEND all_pages ${made})
  install(FILES ${pages}/man1/${name}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT programs)
  install(FILES ${pages}/bash/${name} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          COMPONENT programs)
  install(FILES ${pages}/zsh/_${name} DESTINATION ${LIGHTLDA_ZSH_DIR} COMPONENT programs)
endforeach()
add_custom_target(lightlda_pages ALL DEPENDS ${all_pages})
