// Stays where the sample's Function was, so that Studio's Run Function widget need not change: passes the lookup on to
// Patchbay, signed as Twilio signs webhooks. Environment: PATCHBAY_URL, such as https://patchbay.example.com
const crypto = require('crypto');

exports.handler = async function (context, event, callback) {
  const url = `${context.PATCHBAY_URL}/agentExtensions`;
  const form = { AccountSid: context.ACCOUNT_SID, agentExt: String(event.agentExt ?? '') };
  const text = url + Object.keys(form).sort().map((name) => name + form[name]).join('');
  const signature = crypto.createHmac('sha1', context.AUTH_TOKEN).update(text, 'utf8').digest('base64');
  const response = new Twilio.Response();
  response.appendHeader('Content-Type', 'application/json');
  try {
    const answer = await fetch(url, {
      method: 'POST', headers: { 'X-Twilio-Signature': signature },
      body: new URLSearchParams(form), signal: AbortSignal.timeout(3000),
    });
    response.setStatusCode(answer.status);
    response.setBody(await answer.json());
  } catch (error) {
    response.setStatusCode(503);
    response.setBody({ error: error.name });
  }
  return callback(null, response);
};
