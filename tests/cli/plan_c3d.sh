# The main job's plan.
cd "$EXAMPLES/c3d" && sow plan c3d.txt --rules weights_init.rules
