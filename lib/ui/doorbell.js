// Listens at the door of one page: asks for a look when the bell rings. A tab that gets no stream
// (a browser has few connections) looks now and then, and tries again.
const bells = new WeakMap()

function listen(bell) {
  const source = new EventSource(`/bell?seen=${bell.seen}`)
  source.onmessage = () => ring(bell)
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) bell.retry = setTimeout(again, bell.again, bell)
  }
  bell.source = source
}

function again(bell) {
  ring(bell)
  listen(bell)
}

// What this very tab has just done rings here, too: then the page is being drawn, and a look waits
// until it stands.
function ring(bell) {
  clearTimeout(bell.waiting)
  const state = document.querySelector('.stApp')?.dataset.testScriptState ?? 'notRunning'
  if (state === 'notRunning') bell.look()
  else bell.waiting = setTimeout(ring, 50, bell)
}

export default function ({ data, parentElement, setTriggerValue }) {
  // Called again at every change of `data`; only the first call opens a stream.
  const known = bells.get(parentElement)
  const bell = known ?? {}
  Object.assign(bell, data, { look: () => setTriggerValue('rung', true) })
  if (!known) {
    bells.set(parentElement, bell)
    listen(bell)
  }
  return () => {
    bell.source.close()
    clearTimeout(bell.retry)
    clearTimeout(bell.waiting)
    bells.delete(parentElement)
  }
}
