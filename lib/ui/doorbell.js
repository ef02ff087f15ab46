// Listens at the door of one page: asks for a look when the bell rings. A tab that gets no stream
// (a browser has few connections) looks now and then, and tries again.
const bells = new WeakMap()
const STEP = 50
const STILL = 200 // milliseconds

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

// A look is asked for only when the page has stood still for a moment. Between two runs of which one
// leads to another page it stands still, too, but shortly; a look asked for there would come with the
// address of the page before, and Streamlit would empty the new one.
function ring(bell) {
  clearTimeout(bell.waiting)
  bell.still = 0
  wait(bell)
}

function wait(bell) {
  const state = document.querySelector('.stApp')?.dataset.testScriptState ?? 'notRunning'
  bell.still = state === 'notRunning' ? bell.still + STEP : 0
  if (bell.still > STILL) bell.look()
  else bell.waiting = setTimeout(wait, STEP, bell)
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
