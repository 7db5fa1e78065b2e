# SPDX-License-Identifier: Apache-2.0
# Finds doc comments whose first word asks instead of naming: "What is left of the bond." for "Bond left after charges.".
# Questions that end with "?" are fine, and so are clauses ("When the block is full, …").
function flush_paragraph() {
	if (start && paragraph ~ /^(What|Who|Whose|Which|How|Why|Where|When)[ .,:;]/) {
		first = paragraph
		sub(/[.:] .*/, "", first)
		if (paragraph !~ /^[^.]*\?/ && !(paragraph ~ /^(Where|When) / && first ~ /,/)) {
			print place ": " substr(paragraph, 1, 100)
			found = 1
		}
	}
	start = 0
	paragraph = ""
}
FNR == 1 { flush_paragraph() }
{
	line = $0
	if (match(line, /^[ \t]*\/\/[\/!]( |$)/)) {
		text = substr(line, RLENGTH + 1)
		if (text ~ /^[ \t]*$/) { flush_paragraph(); next }
		if (!start) { start = 1; place = FILENAME ":" FNR; paragraph = text }
		else paragraph = paragraph " " text
	} else flush_paragraph()
}
END { flush_paragraph(); exit found }
