# gnuplot -e "table='performance_scaling.tsv'; picture='performance_scaling.svg'" scaling.gnuplot
# What a number takes at every size, from what bench_scaling.py writes: a panel for each function. The white ground
# is its own, so that it can be read on a dark page too.
set terminal svg size 960,480 noenhanced font "sans-serif,13" background "white"
set output picture
set datafile separator tab
set datafile missing "-"
set logscale x 2
set logscale y 10
set format x "2^%L"
set xlabel "elements, float32"
set yrange [0.01:20]
set ytics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2, "5" 5, "10" 10, "20" 20)
set xtics 16
set grid xtics ytics linecolor "#dddddd"
set border 3
set tics nomirror
set key outside below
set style line 1 linewidth 2 pointsize 0.5 pointtype 7 linecolor "#888888" dashtype 2
set style line 2 linewidth 2 pointsize 0.5 pointtype 7 linecolor "#d55e00"
set style line 3 linewidth 2 pointsize 0.5 pointtype 7 linecolor "#56b4e9"
set style line 4 linewidth 2 pointsize 0.5 pointtype 7 linecolor "#0072b2"
set style line 5 linewidth 2 pointsize 0.5 pointtype 7 linecolor "#000000"
set multiplot layout 1,2
do for [function in "uniform_ normal_"] {
  set title function
  set ylabel (function eq "uniform_" ? "ns an element" : "")
  plot for [i = 3:7] sprintf("< grep -v '^#' '%s' | grep -E '^(function|%s)\t'", table, function) \
    using 2:i with linespoints linestyle i - 2 title columnheader(i)
}
unset multiplot
