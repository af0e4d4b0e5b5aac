# Without Python it says what it lacks.
sow=$(command -v sow)
PATH=/nonexistent "$sow" record 'Net()' -o net.sow
