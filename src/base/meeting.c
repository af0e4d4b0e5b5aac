#include "base/meeting.h"

void sow__meeting_open(sow__meeting *meeting) {
  *meeting = (sow__meeting){0};
  pthread_mutex_init(&meeting->lock, NULL);
  pthread_cond_init(&meeting->complete, NULL);
}

void sow__meeting_close(sow__meeting *meeting) {
  pthread_cond_destroy(&meeting->complete);
  pthread_mutex_destroy(&meeting->lock);
}

void sow__meeting_wait(sow__meeting *meeting, int count) {
  if (count == 1)
    return;
  pthread_mutex_lock(&meeting->lock);
  unsigned now = meeting->times;
  if (++meeting->here == count) {
    meeting->here = 0;
    meeting->times++;
    pthread_cond_broadcast(&meeting->complete);
  }
  while (meeting->times == now)
    pthread_cond_wait(&meeting->complete, &meeting->lock);
  pthread_mutex_unlock(&meeting->lock);
}
