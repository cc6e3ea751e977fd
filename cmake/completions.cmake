# Asks the program STROBE for its completion scripts and writes them into FOLDER, under the names shells look for.
foreach(pair bash=strobe.bash zsh=_strobe fish=strobe.fish)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 shell)
  list(GET pair 1 file)
  execute_process(COMMAND ${STROBE} completion ${shell} OUTPUT_FILE ${FOLDER}/${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
