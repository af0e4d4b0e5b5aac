# gnuplot -e "table='loss.tsv'; picture='loss.svg'" loss.gnuplot
# The loss of every way to initialise, from what train prints.
if (!exists("classes")) classes = 4
set terminal svg size 720,400 noenhanced font "sans-serif,13" background "white"
set output picture
set datafile separator tab
columns = int(system(sprintf("awk -F '\t' 'NR == 1 { print NF }' '%s'", table)))
set xlabel "step"
set ylabel "loss"
set yrange [0:2]
set key outside below
set grid ytics linecolor "#dddddd"
set border 3
set tics nomirror
guess = log(classes)
plot for [i = 2:columns:2] table using 1:i with lines linewidth 2 title columnheader(i), \
  guess with lines dashtype 2 linecolor "#888888" title "guessing: ln ".classes
